import { version } from '../../package.json';
import { identityOf as identityOfModel } from '../architectures/manifest';
import { zipLimits } from '../containers/unzip';
import type { Workspace } from './input/workspace.svelte';
import { identityOf } from './keep/identity';
import type { Keeping } from './keep/keeping.svelte';
import type { Notices } from './keep/notices.svelte';
import { sayMissing } from './opening';
import type { Imports } from './own/imports.svelte';
import type { Panel } from './panel/panel.svelte';
import { readLink, writeLink } from './share/link';
import { readSession, writeSession } from './share/session';
import type { Saved } from './share/session';

/** What of a session is saved, and what is asked of it when another is opened in its place. */
interface Session {
  readonly link: string;
  readonly workspace: Workspace;
  readonly panels: readonly Panel[];
  readonly imports: Imports;
  readonly keeping: Keeping;
  readonly notices: Notices;
  open(hash: string): Promise<void>;
}

/** The whole session as one file, with the visitor's own pictures, their features and the runs from files; models are named by their hashes. */
export async function saveSession({ link, workspace, panels }: Session): Promise<Blob> {
  const runs = new Set(panels.flatMap(({ imported }) => imported?.file ?? []));
  const models = panels.flatMap(({ folder, name, manifest, imported }) =>
    manifest && !imported ? [{ folder, name, identity: identityOfModel(manifest) }] : [],
  );
  const [picture, features] = [workspace.own?.file ?? null, workspace.regions.held?.file];
  const second = workspace.second.own?.file;
  const saved = { page: version, view: link, picture, second, features, runs: [...runs], models };
  return new Blob([await writeSession(saved)], { type: 'application/zip' });
}

/** Opens a saved session; the back button brings back what was on the page. One that cannot be opened leaves a sentence. */
export async function openSession(file: File, session: Session): Promise<void> {
  const { notices, keeping, imports } = session;
  try {
    if (file.size > zipLimits.bytes)
      throw new Error(
        `Expected a session of at most ${zipLimits.bytes / 2 ** 20} MB, got ${Math.round(file.size / 2 ** 20)} MB.`,
      );
    const saved = await readSession(new Uint8Array(await file.arrayBuffer()));
    const link = readLink(saved.view);
    if (saved.picture) {
      link.picture = await identityOf(new Uint8Array(await saved.picture.arrayBuffer()));
      link.sample = null;
      await keeping.keep('picture', link.picture, saved.picture);
    }
    if (saved.second) {
      const id = await identityOf(new Uint8Array(await saved.second.arrayBuffer()));
      link.second = { of: 'own', id, crop: link.second?.crop ?? null };
      await keeping.keep('second', id, saved.second);
    }
    if (saved.features) {
      link.features = await identityOf(new Uint8Array(await saved.features.arrayBuffer()));
      await keeping.keep('features', link.features, saved.features);
    }
    for (const run of saved.runs) await imports.open(run, null, false);
    const view = writeLink(link);
    history.pushState(null, '', `#${view}`);
    notices.dismiss('session');
    await session.open(`#${view}`);
    notices.say('session', sayMissing(changed(saved, session.panels), 'This session'));
  } catch (error) {
    notices.say('session', `${file.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Models that are other files now than when the session was saved. */
function changed({ models }: Saved, panels: readonly Panel[]): string[] {
  return models
    .filter(({ folder, identity }) => {
      const manifest = panels.find((panel) => panel.folder === folder)?.manifest;
      return manifest && identityOfModel(manifest) !== identity;
    })
    .map(({ name }) => `${name} as it was: this page has another version of its files`);
}
