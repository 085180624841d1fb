/** A session with a driver that speaks plain W3C WebDriver over HTTP. */
export class WebDriver {
  readonly #session: string;
  /** The browser's version, as its driver says. */
  readonly version: string;

  private constructor(session: string, version: string) {
    this.#session = session;
    this.version = version;
  }

  /** Opens a browser. @throws Error of one sentence when the driver refuses or does not answer */
  static async open(driver: string, capabilities: object): Promise<WebDriver> {
    const opened = await ask('POST', `${driver}/session`, { capabilities: { alwaysMatch: capabilities } });
    const { sessionId, capabilities: got } = opened as {
      sessionId: string;
      capabilities: { browserVersion: string };
    };
    return new WebDriver(`${driver}/session/${sessionId}`, got.browserVersion);
  }

  get(path: string): Promise<unknown> {
    return ask('GET', `${this.#session}/${path}`);
  }

  post(path: string, body: object = {}): Promise<unknown> {
    return ask('POST', `${this.#session}/${path}`, body);
  }

  /** The value of an expression, awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const script = `const done = arguments[0];
      (async () => ${expression})().then(
        (value) => done({ value: value ?? null }),
        (error) => done({ error: String(error) }),
      );`;
    const answer = await this.post('execute/async', { script, args: [] });
    const { value, error } = answer as { value: unknown; error?: string };
    if (error) throw new Error(error);
    return value;
  }

  /** Sends pointer and key events, one after another. */
  async act(pointer: readonly object[], keys: readonly object[]): Promise<void> {
    const parameters = { pointerType: 'mouse' };
    if (pointer.length)
      await this.post('actions', {
        actions: [{ type: 'pointer', id: 'mouse', parameters, actions: pointer }],
      });
    if (keys.length) await this.post('actions', { actions: [{ type: 'key', id: 'keys', actions: keys }] });
  }

  /** Ends the session, and the browser with it. */
  async close(): Promise<void> {
    await ask('DELETE', this.#session);
  }
}

async function ask(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, { method, body: body && JSON.stringify(body) });
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${method} ${new URL(url).pathname}: ${error} (${message})`);
}
