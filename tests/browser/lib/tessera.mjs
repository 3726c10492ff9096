/** A fresh Tessera for one journey: a server of its own over an empty folder, gone with the test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAM = process.env.TESSERA_BIN ?? join(ROOT, 'target/debug/tessera');
const START_LIMIT = 30_000;

export const ADMIN = { email: 'admin@example.org', password: 'a tile of the mosaic 7' };

/**
 * Starts a server that stops when the test `t` ends. With an administrator unless told otherwise; without one, `setUpLink`
 * is the one-time link it printed.
 */
export async function startTessera(t, { administrator = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-'));
  const server = spawn(PROGRAM, ['serve', '--listen', '127.0.0.1:0', '--data-dir', join(folder, 'data')], {
    cwd: folder,
    env: environment(administrator),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(server, 'exit');
  t.after(async () => {
    server.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  });

  let said = '';
  server.stderr.on('data', (chunk) => (said += chunk));
  const lines = createInterface({ input: server.stdout });
  lines.on('line', (line) => (said += `${line}\n`));
  const printed = (pattern) => lineWith(lines, pattern, exited, () => said);
  const [url, setUpLink] = await Promise.all([
    printed(/listening on (http:\/\/\S+)/),
    administrator ? null : printed(/(http:\/\/\S+\/setup\?code=\S+)/),
  ]);
  return {
    url,
    setUpLink,
    /** Everything the server has printed and stored so far, as one text. */
    everythingKept: async () => said + (await textOf(folder)),
  };
}

function environment(administrator) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TESSERA_'));
  const first = { TESSERA_ADMIN_EMAIL: ADMIN.email, TESSERA_ADMIN_PASSWORD: ADMIN.password };
  return { ...Object.fromEntries(own), ...(administrator ? first : {}) };
}

/** The first group of the first printed line that matches. */
function lineWith(lines, pattern, exited, said) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}:\n${said()}`));
    const timer = setTimeout(() => fail(`Tessera did not print ${pattern}`), START_LIMIT);
    lines.on('line', (line) => {
      const found = pattern.exec(line);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    exited.then(() => fail('Tessera ended'));
  });
}

async function textOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath ?? file.path, file.name), 'latin1')));
  return texts.join('\n');
}
