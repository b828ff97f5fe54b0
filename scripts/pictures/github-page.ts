/** A page in the look of GitHub's job summary: Markdown as GitHub renders it, as far as the summaries use it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Marked } from 'marked';

export type Theme = 'light' | 'dark';

/** As wide as GitHub shows a job summary on a common screen, in CSS pixels. */
export const WIDTH = 900;

const require = createRequire(import.meta.url);
const BACKGROUNDS: Readonly<Record<Theme, string>> = { light: '#ffffff', dark: '#0d1117' };
const BORDERS: Readonly<Record<Theme, string>> = { light: '#d1d9e0', dark: '#3d444d' };

/** Octicons 16 (MIT) of the alerts. */
const ICONS: Readonly<Record<string, string>> = {
  CAUTION:
    'M4.47.22A.749.749 0 0 1 5 0h6c.199 0 .389.079.53.22l4.25 4.25c.141.14.22.331.22.53v6a.749.749 0 0 1-.22.53l-4.25 4.25A.749.749 0 0 1 11 16H5a.749.749 0 0 1-.53-.22L.22 11.53A.749.749 0 0 1 0 11V5c0-.199.079-.389.22-.53Zm.84 1.28L1.5 5.31v5.38l3.81 3.81h5.38l3.81-3.81V5.31L10.69 1.5ZM8 4a.75.75 0 0 1 .75.75v3.5a.75.75 0 0 1-1.5 0v-3.5A.75.75 0 0 1 8 4Zm0 8a1 1 0 1 1 0-2 1 1 0 0 1 0 2Z',
  WARNING:
    'M6.457 1.047c.659-1.234 2.427-1.234 3.086 0l6.082 11.378A1.75 1.75 0 0 1 14.082 15H1.918a1.75 1.75 0 0 1-1.543-2.575Zm1.763.707a.25.25 0 0 0-.44 0L1.698 13.132a.25.25 0 0 0 .22.368h12.164a.25.25 0 0 0 .22-.368Zm.53 3.996v2.5a.75.75 0 0 1-1.5 0v-2.5a.75.75 0 0 1 1.5 0ZM9 11a1 1 0 1 1-2 0 1 1 0 0 1 2 0Z',
  IMPORTANT:
    'M0 1.75C0 .784.784 0 1.75 0h12.5C15.216 0 16 .784 16 1.75v9.5A1.75 1.75 0 0 1 14.25 13H8.06l-2.573 2.573A1.458 1.458 0 0 1 3 14.543V13H1.75A1.75 1.75 0 0 1 0 11.25Zm1.75-.25a.25.25 0 0 0-.25.25v9.5c0 .138.112.25.25.25h2a.75.75 0 0 1 .75.75v2.19l2.72-2.72a.749.749 0 0 1 .53-.22h6.5a.25.25 0 0 0 .25-.25v-9.5a.25.25 0 0 0-.25-.25Zm7 2.25v2.5a.75.75 0 0 1-1.5 0v-2.5a.75.75 0 0 1 1.5 0ZM9 9a1 1 0 1 1-2 0 1 1 0 0 1 2 0Z',
};

const markdown = new Marked({
  gfm: true,
  renderer: {
    blockquote({ tokens }) {
      return alert(this.parser.parse(tokens));
    },
  },
});

/** GitHub's alerts, which are quotes that begin with `[!NAME]`. */
function alert(inner: string): string {
  const match = /^<p>\[!([A-Z]+)\]\s*/.exec(inner);
  const [start = '', name = ''] = match ?? [];
  const icon = ICONS[name];
  if (icon === undefined) return `<blockquote>${inner}</blockquote>`;
  const title = name.charAt(0) + name.slice(1).toLowerCase();
  const svg = `<svg class="octicon" viewBox="0 0 16 16" width="16" height="16"><path d="${icon}"/></svg>`;
  return `<div class="markdown-alert markdown-alert-${name.toLowerCase()}">
<p class="markdown-alert-title">${svg}${title}</p><p>${inner.slice(start.length)}</div>`;
}

/**
 * A whole HTML page.
 * @param source the Markdown of a job summary
 * @param heading what GitHub writes above it, such as `kafka summary`
 */
export async function githubPage(source: string, theme: Theme, heading: string): Promise<string> {
  const style = readFileSync(require.resolve(`github-markdown-css/github-markdown-${theme}.css`), 'utf8');
  return `<!doctype html><html><head><meta charset="utf-8"><style>${style}
html, body { margin: 0; background: ${BACKGROUNDS[theme]}; }
.box { margin: 12px; border: 1px solid ${BORDERS[theme]}; border-radius: 6px; }
.head { padding: 12px 16px; border-bottom: 1px solid ${BORDERS[theme]}; font-weight: 600; font-size: 14px; }
.octicon { fill: currentColor; margin-right: 8px; vertical-align: text-bottom; }
.markdown-alert-title { display: flex; align-items: center; }
.text { padding: 24px; }
.text > :first-child { margin-top: 0; }
.text > :last-child { margin-bottom: 0; }
</style></head><body><div class="box markdown-body"><div class="head">${heading}</div>
<div class="text">${await markdown.parse(source)}</div></div>
<script>document.documentElement.dataset.height = document.querySelector('.box').offsetHeight + 24;</script>
</body></html>`;
}
