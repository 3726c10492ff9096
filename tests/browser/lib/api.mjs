/** The API as a script uses it: to prepare what a journey needs and to look at the same things from the other side. */
import assert from 'node:assert/strict';

export class Api {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  /** Signs in as a client without a browser does. */
  static async signIn(url, { email, password }) {
    const answer = await new Api(url).post('_allauth/app/v1/auth/login', { email, password });
    return new Api(url, answer.meta.access_token);
  }

  /** The same person, by a personal access token from now on. */
  async withToken(name = 'journey') {
    const { token } = await this.post('iam/auth-tokens/', { name, expiry: 1 });
    return new Api(this.url, token);
  }

  async request(method, path, body) {
    const headers = this.token ? { Authorization: `Token ${this.token}` } : {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const response = await fetch(`${this.url}/api/${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  }

  async get(path) {
    return this.#expect(await this.request('GET', path), `GET ${path}`);
  }

  async post(path, body) {
    return this.#expect(await this.request('POST', path, body), `POST ${path}`);
  }

  #expect({ status, body }, what) {
    assert.ok(status >= 200 && status < 300, `${what} answered ${status} ${JSON.stringify(body)}`);
    return body;
  }
}
