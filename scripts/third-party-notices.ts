import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** What Vite's `build.license` writes of each package in a bundle. */
interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly identifier?: string;
  readonly text?: string;
  readonly notice?: string | undefined;
}

export const LICENSES = 'licenses.json';
const NOTICES = 'third-party-notices.txt';
const LINE = '-'.repeat(80);

/** Of those packages whose author names the license and leaves out its text (https://spdx.org/licenses/MIT.html). */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/**
 * Writes the licenses of what is in the bundles beside the window, which shows them. The window is bundled last, so the
 * lists of the other bundles are there by then.
 *
 * @param modules the directory node_modules. @param fonts packages that the window's styles name, which Vite leaves out
 */
export function thirdPartyNotices(modules: string, fonts: readonly string[]): Plugin {
  let outDirectory = '';
  return {
    name: 'strata:third-party-notices',
    apply: 'build',
    configResolved(config) {
      outDirectory = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const lists = ['main', 'preload', 'renderer'].map((bundle) =>
        JSON.parse(readFileSync(join(dirname(outDirectory), bundle, LICENSES), 'utf8')),
      );
      const packages: readonly Bundled[] = [...lists.flat(), ...fonts.map((name) => readFont(modules, name))];
      const withNotice = packages.map((found) => ({ ...found, notice: noticeOf(modules, found.name) }));
      writeFileSync(join(outDirectory, NOTICES), noticesOf(withNotice));
    },
  };
}

function readFont(modules: string, name: string): Bundled {
  const { version, license } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
  const text = readFileSync(join(modules, name, 'LICENSE'), 'utf8').trim();
  return { name, version, identifier: license, text };
}

/** The Apache license asks for this file to be passed on. */
function noticeOf(modules: string, name: string): string | undefined {
  const file = ['NOTICE', 'NOTICE.txt', 'NOTICE.md']
    .map((base) => join(modules, name, base))
    .find(existsSync);
  return file === undefined ? undefined : readFileSync(file, 'utf8').trim();
}

/** @throws Error for a package that has no text of its license, where that is not the one of MIT */
export function noticesOf(packages: readonly Bundled[]): string {
  const sections = new Map<string, string>();
  for (const found of packages) {
    const title = `${found.name} ${found.version} (${found.identifier ?? 'as below'})`;
    const texts = [found.text ?? textOf(found), found.notice].filter((text) => text !== undefined);
    sections.set(title, `${LINE}\n${title}\n${LINE}\n${texts.join('\n\n').replaceAll('\r\n', '\n')}\n`);
  }
  const sorted = [...sections].sort(([a], [b]) => (a < b ? -1 : 1));
  return `Strata is made with the following packages.\n\n${sorted.map(([, section]) => section).join('\n')}`;
}

function textOf({ name, identifier }: Bundled): string {
  if (identifier === 'MIT') return `Copyright (c) the authors of ${name}\n\n${MIT}`;
  throw new Error(
    `The text of the license of ${name} is not in its package (${identifier ?? 'none named'}).`,
  );
}
