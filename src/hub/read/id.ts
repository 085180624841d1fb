/** What a visitor asks for: a repository, and a branch, tag or commit of it. */
export interface Asked {
  /** "owner/name", or "name" of the oldest ones. */
  repo: string;
  /** "main" where none is named. */
  revision: string;
}

const part = /^[\w](?:[\w.-]{0,94}[\w])?$/;

/**
 * Reads an id ("dandelin/vilt-b32-mlm", with "@revision" at its end where another than main is meant) or an address of the Hub's pages or files.
 * @param hub address of the Hub, whose pages are recognised beside huggingface.co and hf.co
 * @throws Error of one sentence
 */
export function readId(text: string, hub: string): Asked {
  const typed = text.trim().replace(/^hf:\/\//, '');
  const address = /^https?:\/\//i.test(typed) ? URL.parse(typed) : bareAddress(typed);
  if (address) return readAddress(address, typed, hub);
  const [repo, revision = 'main'] = typed.split('@');
  if (!isRepo(repo) || revision === '')
    throw new Error(`Expected an id such as dandelin/vilt-b32-mlm, got “${brief(text)}”.`);
  return { repo, revision };
}

const isRepo = (repo: string) => {
  const parts = repo.split('/');
  return (
    parts.length <= 2 && parts.every((one) => part.test(one) && !one.includes('..') && !one.includes('--'))
  );
};

/** An address without its scheme, as address bars show it. */
const bareAddress = (typed: string) =>
  /^(www\.)?(huggingface\.co|hf\.co)\//i.test(typed) ? URL.parse(`https://${typed}`) : null;

function readAddress({ host, pathname }: URL, typed: string, hub: string): Asked {
  const hosts = [new URL(hub).host, 'huggingface.co', 'www.huggingface.co', 'hf.co'];
  if (!hosts.includes(host))
    throw new Error(`Expected an address of ${new URL(hub).host}, got one of ${host}.`);
  const [first, ...rest] = decodeURIComponent(pathname).split('/').filter(Boolean);
  if (['datasets', 'spaces', 'docs', 'papers', 'collections', 'models'].includes(first))
    throw new Error(`Expected the address of a model, got one of the Hub’s ${first}.`);
  const at = rest.findIndex((one) =>
    ['tree', 'resolve', 'blob', 'raw', 'commit', 'discussions', 'blame', 'commits'].includes(one),
  );
  const owned = at === -1 ? rest.slice(0, 1) : rest.slice(0, at);
  const repo = [first, ...owned].filter(Boolean).join('/');
  if (!isRepo(repo)) throw new Error(`Expected the address of a model, got “${brief(typed)}”.`);
  const named = at === -1 || rest[at] === 'discussions' ? undefined : rest[at + 1];
  return { repo, revision: named === 'refs' ? rest.slice(at + 1, at + 4).join('/') : (named ?? 'main') };
}

const brief = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
