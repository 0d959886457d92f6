// A site that is not ours, on every host that is nobody else's: pages, a redirect, and the cookies
// that it is asked for.

import { createServer } from 'node:http';

export class Stranger {
  #server;

  static async open() {
    const stranger = new Stranger();
    stranger.#server = createServer(answer);
    await new Promise((listens) => stranger.#server.listen(0, '127.0.0.1', listens));
    return stranger;
  }

  get port() {
    return this.#server.address().port;
  }

  // Its address on plain http, by this name of this machine.
  at(host) {
    return `http://${host}:${this.port}`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://stranger');
  response.setHeader('content-type', 'text/html');
  if (pathname === '/redirect') {
    // The method and the body go on to the next place.
    response.writeHead(307, { location: searchParams.get('to') });
  } else if (pathname === '/plant') {
    // Names need not be ASCII; node writes headers in Latin-1.
    const bytes = (cookie) => Buffer.from(cookie, 'utf8').toString('latin1');
    response.setHeader('set-cookie', searchParams.getAll('cookie').map(bytes));
  }
  response.end('<title>a stranger</title>');
}
