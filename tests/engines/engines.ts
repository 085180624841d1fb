import { firefoxPath, webkitPaths } from '../support/engines';
import { driveChromium } from './chromium';
import type { Driver } from './driver';
import { driveFirefox } from './firefox';
import { driveWebKit } from './webkit';

/** The engines that are on this machine, by name. */
export function engines(): [name: string, start: () => Promise<Driver>][] {
  const firefox = firefoxPath();
  const webkit = webkitPaths();
  return [
    ['Chromium', driveChromium],
    ...(firefox ? [['Firefox', () => driveFirefox(firefox)] as [string, () => Promise<Driver>]] : []),
    ...(webkit ? [['WebKit', () => driveWebKit(webkit)] as [string, () => Promise<Driver>]] : []),
  ];
}
