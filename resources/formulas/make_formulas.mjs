// SPDX-License-Identifier: Apache-2.0
// Typesets the formula of every loss: npm install mathjax-full@3 && lossscope losses --json - | node make_formulas.mjs
// Writes ID.svg beside this script, black on nothing; the window paints it in its text colour.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const { mathjax } = require('mathjax-full/js/mathjax.js');
const { TeX } = require('mathjax-full/js/input/tex.js');
require('mathjax-full/js/input/tex/AllPackages.js');
const { SVG } = require('mathjax-full/js/output/svg.js');
const { liteAdaptor } = require('mathjax-full/js/adaptors/liteAdaptor.js');
const { RegisterHTMLHandler } = require('mathjax-full/js/handlers/html.js');

const folder = dirname(fileURLToPath(import.meta.url));
const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const page = mathjax.document('', {
  InputJax: new TeX({ packages: ['base', 'ams'] }),
  OutputJax: new SVG({ fontCache: 'none' }), // Qt's SVG module draws plain paths
});

// A panel is narrow: a formula breaks at \quad, and before the second term of a long sum.
function lines(tex) {
  const parts = tex.split(/,\\quad\s*/);
  return parts.length === 1 ? tex : `\\begin{gathered}${parts.join(',\\\\[4pt] ')}\\end{gathered}`;
}

const answer = JSON.parse(readFileSync(0, 'utf8'));
for (const loss of answer.losses ?? answer) {
  const node = page.convert(lines(loss.formula), { display: true });
  const raw = adaptor.innerHTML(node);
  if (raw.includes('data-mjx-error') || raw.includes('merror')) {
    throw new Error(`${loss.id}: ${loss.formula}`);
  }
  if ((raw.match(/<svg/g) ?? []).length > 1) {
    throw new Error(`${loss.id}: Qt draws no stretched symbols; use \\biggl| and the like`);
  }
  const svg = raw
    .replaceAll('currentColor', '#000000')
    .replace(/ data-[a-z-]+="[^"]*"/g, '')
    .replace(/ (role|focusable|style)="[^"]*"/g, '');
  writeFileSync(join(folder, `${loss.id}.svg`), svg + '\n');
}
