// The browser: Debian's, without a window.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

// How long anything may take.
const PATIENCE = 30_000;
// Cookies go to other sites if their `SameSite` lets them, whatever the distribution's default is.
const PREFERENCES = { profile: { cookie_controls_mode: 0 } };

// What a browser keeps from one start to the next.
export class Profile {
  #folder;

  static async create() {
    const profile = new Profile();
    profile.#folder = await mkdtemp(join(tmpdir(), 'fastauth-profile-'));
    await mkdir(join(profile.#folder, 'Default'));
    await writeFile(join(profile.#folder, 'Default', 'Preferences'), JSON.stringify(PREFERENCES));
    return profile;
  }

  // Starts the browser. Every host is this machine; those behind TLS are behind the relay.
  async launch(relay) {
    const browser = await chromium.launchPersistentContext(this.#folder, {
      executablePath: process.env.FASTAUTH_TEST_CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--ignore-certificate-errors',
        `--host-resolver-rules=MAP *:443 127.0.0.1:${relay.port}, MAP * 127.0.0.1`,
      ],
    });
    browser.setDefaultTimeout(PATIENCE);
    return browser;
  }

  remove() {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
