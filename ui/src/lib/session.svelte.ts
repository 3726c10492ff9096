/** Who is signed in, what they may do, and which kinds of object the server has. */
import { savePreferences } from '../api/account';
import * as auth from '../api/auth';
import { ApiError, explain, isAbort } from '../api/errors';
import { describe } from '../api/resources';
import { onSecondFactorWanted, onSignInNeeded, type AskReason } from '../api/transport';
import { sendPasskey, signInWithPasskey } from '../api/passkeys';
import { i18n } from './i18n.svelte';
import { router } from './router.svelte';
import { recall, remember } from './storage';
import { toasts } from './toast.svelte';
import { usable } from './webauthn';
import type { CurrentUser, Meta, Resource, Row, Way } from '../api/types';

type Ask = { reason: AskReason; done: (signedIn: boolean) => void };

class Session {
  status = $state<'starting' | 'out' | 'in' | 'unreachable'>('starting');
  meta = $state.raw<Meta | null>(null);
  user = $state.raw<CurrentUser | null>(null);
  resources = $state.raw<Resource[]>([]);
  /** Set while the page waits for the password because the session ended or must be confirmed. */
  asking = $state.raw<Ask | null>(null);
  /** The organisation wants a second factor first: nothing else answers until there is one. */
  mustEnrol = $state(false);
  private waiting: Promise<boolean> | null = null;

  async start() {
    onSignInNeeded((reason) => this.ask(reason));
    onSecondFactorWanted(() => {
      this.mustEnrol = true;
      router.go('/profile/settings', { replace: true, force: true });
    });
    try {
      const [meta] = await Promise.all([auth.meta(), this.load()]);
      this.meta = meta;
    } catch (error) {
      if (!isAbort(error)) this.status = 'unreachable';
    }
  }

  /** Nothing left to do, or the ways to go on. */
  async signIn(email: string, password: string): Promise<Way[]> {
    const ways = await auth.signIn(email, password);
    if (!ways.length) await this.load();
    return ways;
  }

  /** Shown at once; whoever is signed in finds it on other machines too. */
  async chooseLanguage(language: string) {
    await i18n.choose(language);
    if (this.status !== 'in') return;
    await savePreferences({ lang: language }).catch((error: unknown) => toasts.problem(explain(error)));
  }

  async sendCode(code: string) {
    await auth.sendCode(code);
    await this.load();
  }

  /** Alone, or after the password. */
  async usePasskey(second: boolean) {
    await (second ? sendPasskey() : signInWithPasskey());
    await this.load();
  }

  /** Whether passkeys can be used on this page. */
  get hasPasskeys(): boolean {
    return usable(this.meta?.passkeys?.origin);
  }

  async signOut() {
    await auth.signOut();
    this.forget();
  }

  /** Reads the person again, for instance after the profile changed. */
  async refresh() {
    this.user = await auth.currentUser();
  }

  resource(path: string | null | undefined): Resource | undefined {
    return this.resources.find((r) => r.path === path);
  }

  byModel(model: string): Resource | undefined {
    const wanted = model.toLowerCase();
    return this.resources.find((r) => r.model.toLowerCase() === wanted || r.path === wanted);
  }

  /** Whether a permission is held in a folder, or in any folder when none is given. */
  can(codename: string, folder?: string | null): boolean {
    const user = this.user;
    if (!user) return false;
    const held = user.domain_permissions;
    if (folder && held[folder]) return held[folder].includes(codename);
    return (
      Object.values(held).some((names) => names.includes(codename)) ||
      (user.is_admin && !Object.keys(held).length)
    );
  }

  canOn(verb: 'add' | 'change' | 'delete', resource: Resource, row: Row): boolean {
    const operation = verb === 'add' ? 'create' : verb === 'change' ? 'update' : 'delete';
    if (!resource.operations.includes(operation)) return false;
    if (row.builtin === true && (verb === 'delete' || resource.path !== 'folders')) return false;
    return this.can(resource.permissions[verb], folderOf(resource, row));
  }

  canAdd(resource: Resource): boolean {
    return resource.operations.includes('create') && this.can(resource.permissions.add);
  }

  visible(): Resource[] {
    return this.resources.filter((r) => r.operations.includes('list') && this.can(r.permissions.view));
  }

  private async load() {
    try {
      const [user, resources] = await Promise.all([auth.currentUser(), this.describeEarly()]);
      this.user = user;
      if (user.preferences?.lang) await i18n.choose(user.preferences.lang);
      remember('signedIn', 'yes');
      this.resources = resources ?? (await describe());
      this.status = 'in';
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      this.forget();
    }
  }

  /** Asked at the same time as the person when somebody was signed in here before, to save a round trip. */
  private async describeEarly(): Promise<Resource[] | null> {
    if (!recall('signedIn')) return null;
    try {
      return await describe();
    } catch {
      return null; // not signed in; the person's own answer decides
    }
  }

  private forget() {
    remember('signedIn', null);
    this.status = 'out';
    this.user = null;
    this.mustEnrol = false;
    this.resources = [];
  }

  /** Many requests may fail at once; they share one question. */
  private ask(reason: AskReason): Promise<boolean> {
    if (this.status !== 'in') return Promise.resolve(false);
    this.waiting ??= new Promise<boolean>((resolve) => {
      this.asking = {
        reason,
        done: (signedIn) => {
          this.asking = null;
          this.waiting = null;
          if (!signedIn && reason === 'ended') this.forget();
          resolve(signedIn);
        },
      };
    });
    return this.waiting;
  }
}

export function folderOf(resource: Resource, row: Row): string | null {
  if (resource.path === 'folders') return row.id;
  const folder = row.folder as { id?: string } | string | null | undefined;
  return typeof folder === 'string' ? folder : (folder?.id ?? null);
}

export const session = new Session();
