import type { Journal, Wanted } from '../../runtime/own/disk';

/** What the page has its worker do: it hashes and writes, and asks the network for nothing. One file is open at a time. */
export interface WriterCalls {
  /** Makes the checkpoint's folder, or finds it. @returns paths of files that are there whole */
  begin(folder: string, journal: Journal): string[];
  /** Opens a file and hashes what an earlier visit left of it. @returns how many bytes that is */
  open(folder: string, file: Wanted): number;
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Lets go of the open file's bytes: it is sent from its beginning. */
  restart(): void;
  /** Closes the open file. @returns whether it has the size and hash that the Hub lists; one that has not is deleted */
  finish(): boolean;
  /** Closes the open file, if any; what is there stays for the next time. */
  close(): void;
}

/** Where a file's bytes go. */
export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  restart(): Promise<void>;
}
