/**
 * Addresses that the server's OpenAPI document knows, by method. A call to an address or with a method that does not exist is a
 * type error. Bodies are typed by hand in `types.ts`: the document describes those of the special routes as plain objects.
 */
import type { paths } from './schema';

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** `/api/iam/sessions/{id}/` → `iam/sessions/${string}/` */
type Filled<P extends string> = P extends `${infer A}{${string}}${infer B}` ? `${A}${string}${Filled<B>}` : P;
type Short<P> = P extends `/api/${infer R}` ? Filled<R> : never;

export type Known<M extends Verb> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? Short<P> : never;
}[keyof paths];
