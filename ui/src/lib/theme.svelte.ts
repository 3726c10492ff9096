/** Light, dark, or what the system says. `public/theme.js` applies the remembered one before the first paint. */
import { recall, remember } from './storage';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

class ThemeChoice {
  value = $state<Theme>((recall('theme') as Theme | null) ?? 'system');

  choose(theme: Theme) {
    this.value = theme;
    remember('theme', theme === 'system' ? null : theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }
}

export const theme = new ThemeChoice();
