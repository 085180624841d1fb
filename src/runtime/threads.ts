/** Where threads are made: a worker's global scope, or what stands for it. */
interface Maker {
  Worker?: new (...given: ConstructorParameters<typeof Worker>) => Worker;
}

/**
 * Tells when a thread of WebAssembly is waited for, and when none is any more: from before it is made until it is there, and from the first
 * message to it, which hands it its memory, until its first answer. Both take milliseconds. In Firefox 153 on a busy machine now and then one
 * of them never ends, and the runtime waits for ever.
 */
export function watchThreads(scope: Maker, tell: (waiting: boolean) => void): void {
  const { Worker: Plain } = scope;
  if (!Plain) return;
  let count = 0;
  const begin = () => {
    if (count++ === 0) tell(true);
  };
  const end = () => {
    if (--count === 0) tell(false);
  };
  scope.Worker = class extends Plain {
    #isAsked = false;

    constructor(...given: ConstructorParameters<typeof Worker>) {
      begin();
      try {
        super(...given);
      } finally {
        end();
      }
    }

    override postMessage(message: unknown, rest: Transferable[] | StructuredSerializeOptions = []): void {
      if (!this.#isAsked) {
        this.#isAsked = true;
        begin();
        const answered = new AbortController();
        for (const kind of ['message', 'error'])
          this.addEventListener(
            kind,
            () => {
              answered.abort();
              end();
            },
            { signal: answered.signal },
          );
      }
      super.postMessage(message, rest as Transferable[]);
    }
  };
}
