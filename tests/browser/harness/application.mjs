// An application of ours, as the script knows it: its address, and what reached it.

import { setTimeout } from 'node:timers/promises';

export const PASSWORD = 'correct horse battery';

export class Application {
  constructor({ origin, port }) {
    this.origin = origin;
    this.port = port;
  }

  // The page that lies there.
  at(path) {
    return this.origin + path;
  }

  // The changes that were asked for at this path, in their order.
  async seen(path) {
    const reply = await fetch(`http://127.0.0.1:${this.port}/behind/seen`);
    return (await reply.json()).filter((request) => request.path === path);
  }

  // The request that comes next at this path, though no page in view waits for it.
  async next(path, send) {
    const before = (await this.seen(path)).length;
    await send();
    for (let tries = 0; tries < 200; tries += 1) {
      const seen = await this.seen(path);
      if (seen.length > before) return seen[before];
      await setTimeout(50);
    }
    throw new Error(`nothing came to ${path}`);
  }

  // The time is everybody's.
  async now() {
    await fetch(`http://127.0.0.1:${this.port}/behind/now`, { method: 'POST' });
  }

  // Time goes by.
  async wait(seconds) {
    await fetch(`http://127.0.0.1:${this.port}/behind/wait/${seconds}`, { method: 'POST' });
  }
}
