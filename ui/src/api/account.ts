/** The signed-in person's own things: profile, password, sessions. */
import type { BrowserSession } from './types';
import { get, patch, post, remove } from './transport';

export const saveProfile = (body: { first_name: string; last_name: string }) => patch('iam/profile/', body);

export const savePreferences = (changes: Record<string, unknown>) => patch('user-preferences/', changes);

export const changePassword = (body: {
  old_password: string;
  new_password: string;
  confirm_new_password: string;
}) => post('iam/change-password/', body);

export const listSessions = () => get<BrowserSession[]>('iam/sessions/');
export const endSession = (id: string) => remove(`iam/sessions/${id}/`);
export const endOtherSessions = () => post<{ revoked_sessions: number }>('iam/revoke-sessions/');
