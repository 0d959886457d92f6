"""A mail server for tests: prints every mail it accepts as a line of JSON.

The mailbox says what becomes of a mail: `refused@` is refused, `greylisted@` comes too early the first time.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Handler:
    def __init__(self):
        self.seen = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        mailbox = address.split("@")[0]
        if mailbox == "refused":
            return f"550 5.1.1 <{address}>: no such mailbox"
        if mailbox == "greylisted" and address not in self.seen:
            self.seen.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "leaving" in envelope.rcpt_tos[0]:
            server.transport.abort()
            return "250 never said"
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "text": read.get_body(("plain",)).get_content(),
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "data": envelope.content.decode(),
            "tls": session.ssl is not None or options["tls"] == "implicit",
            "login": bool(session.authenticated),
        }
        print(json.dumps(mail), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    known = [data.login.decode(), data.password.decode()] == options["login"]
    return AuthResult(success=known, handled=False)


async def main():
    context = None
    if options["tls"]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    starttls = options["tls"] == "starttls"
    handler = Handler()

    def protocol():
        return SMTP(
            handler,
            hostname="sink.example",
            enable_SMTPUTF8=options["utf8"],
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_required=bool(options["login"]),
            auth_require_tls=starttls,
            authenticator=authenticate if options["login"] else None,
        )

    implicit = context if options["tls"] == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", options["port"], ssl=implicit)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


options = json.loads(sys.argv[1])
asyncio.run(main())
