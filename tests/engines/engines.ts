import { firefoxPath, webkitPaths } from '../support/engines';
import { driveChromium } from './chromium';
import type { Driver } from './driver';
import { driveFirefox } from './firefox';
import { acrossReloads } from './reloads';
import { driveWebKit } from './webkit';

/** The engines that are on this machine, by name. */
export function engines(): [name: string, start: () => Promise<Driver>][] {
  const firefox = firefoxPath();
  const webkit = webkitPaths();
  const found: [name: string, start: () => Promise<Driver>][] = [['Chromium', driveChromium]];
  if (firefox) found.push(['Firefox', () => driveFirefox(firefox)]);
  if (webkit) found.push(['WebKit', () => driveWebKit(webkit)]);
  return found.map(([name, start]) => [name, async () => acrossReloads(await start())]);
}
