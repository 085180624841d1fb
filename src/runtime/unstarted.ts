import { partMissing, Unstarted } from '../rpc/errors';

/** What engines say of WebAssembly, or of the script around it, that did not come or came as something else. */
const unfetched = /fetch|network|load failed|imported module|module script|\b404\b|CompileError/i;

/** What the runtime says where it did not come up, as one sentence; any other error as it is. */
export function sayUnstarted(error: unknown): unknown {
  const said = error instanceof Error ? error.message : String(error);
  const [, why] = /^no available backend found\. ERR: (.*)/s.exec(said) ?? [];
  if (why === undefined) return error;
  if (unfetched.test(why)) return new Unstarted(partMissing);
  const short = why
    .replace(/\s+/g, ' ')
    .replace(/^\[\w+\] (Runtime|Range|Type)?(Error: )?/, '')
    .slice(0, 200);
  return new Unstarted(`The runtime of the models does not start: ${short.replace(/\.?$/, '.')}`);
}
