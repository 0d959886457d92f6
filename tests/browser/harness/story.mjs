// A story is cases by their sentences. Each is played in a browser that knows nobody yet, and what
// came of it is printed, one line of JSON a case.

import { readFileSync } from 'node:fs';
import { Application } from './application.mjs';
import { Profile } from './chromium.mjs';
import { Relay } from './relay.mjs';
import { Stranger } from './stranger.mjs';

// Plays `cases`, each of which is given the applications by name, a stranger's site, and a page.
export async function story(cases) {
  const settings = Object.entries(JSON.parse(readFileSync(0, 'utf8')));
  const apps = Object.fromEntries(settings.map(([name, it]) => [name, new Application(it)]));
  const stranger = await Stranger.open();
  const relay = await Relay.open(Object.values(apps), stranger);
  const profile = await Profile.create();
  const browser = await profile.launch(relay);
  for (const [name, play] of Object.entries(cases)) {
    await browser.clearCookies();
    const page = await browser.newPage();
    try {
      await play({ ...apps, stranger, relay, page });
      console.log(JSON.stringify({ case: name, ok: true }));
    } catch (error) {
      console.log(JSON.stringify({ case: name, ok: false, why: error.stack }));
    }
    await page.close();
  }
  await browser.close();
  await profile.remove();
  relay.close();
  stranger.close();
}
