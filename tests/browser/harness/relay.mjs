// Ends TLS in front of the applications, as a proxy would: bytes go through as they are.

import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { createServer } from 'node:tls';

export class Relay {
  #server;

  // In front of these; every other host is the stranger's.
  static async open(apps, stranger) {
    const relay = new Relay();
    const ports = new Map(apps.map((app) => [new URL(app.origin).hostname, app.port]));
    const pem = certificate();
    relay.#server = createServer({ key: pem, cert: pem }, (client) => {
      const server = connect(ports.get(client.servername) ?? stranger.port, '127.0.0.1');
      client.pipe(server).pipe(client);
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
    });
    await new Promise((listens) => relay.#server.listen(0, '127.0.0.1', listens));
    return relay;
  }

  get port() {
    return this.#server.address().port;
  }

  close() {
    this.#server.close();
  }
}

// A key and a certificate signed with it, made for this run.
function certificate() {
  const command = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2';
  const names = ['-subj', '/CN=example.test', '-keyout', '-', '-out', '-'];
  const stdio = ['ignore', 'pipe', 'ignore'];
  return execFileSync('openssl', [...command.split(' '), ...names], { stdio });
}
