import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real web server over a folder of the repository, on a free port. `answers` replaces single paths, such as "/zoo/a/model.onnx". */
export async function serveModels(answers: Record<string, Answer> = {}, folder = 'models') {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    // A run in WebAssembly blocks this process for longer than a connection is kept.
    response.setHeader('Connection', 'close');
    const file = join(import.meta.dirname, '../..', folder, path);
    if (answers[path]) answers[path](request, response);
    else if (existsSync(file) && statSync(file).isFile()) {
      response.setHeader('Content-Length', statSync(file).size);
      createReadStream(file).pipe(response);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { base: `http://127.0.0.1:${port}/`, asked, answers, close };
}
