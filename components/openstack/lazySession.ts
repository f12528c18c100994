import { findCredentials } from "./credentials";
import { CloudSession, openSession } from "./session";

/** Logs in on first use, once for all who ask. A failure is not kept: the next one tries again. */
export class LazySession {
  private session: Promise<CloudSession> | undefined;

  /** @param config reads a key of the `openstack:` configuration */
  constructor(private readonly config: (key: string) => string | undefined) {}

  open(): Promise<CloudSession> {
    const session = (this.session ??= this.logIn());
    session.catch(() => {
      if (this.session === session) this.session = undefined;
    });
    return session;
  }

  private async logIn(): Promise<CloudSession> {
    return openSession(findCredentials(this.config));
  }
}
