import { mount } from 'svelte';
import App from './App.svelte';
import { i18n } from './lib/i18n.svelte';
import { router } from './lib/router.svelte';
import { session } from './lib/session.svelte';
import './styles/tokens.css';
import './styles/base.css';

router.start();
// Texts first: what is shown before them would flash in the wrong language.
await i18n.start().catch(() => {});
void session.start();
mount(App, { target: document.getElementById('app')! });
