/** A key of some bytes, 16 hexadecimal digits: the same content has the same key, here and in any other browser. */
export async function identityOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (!globalThis.crypto?.subtle) return mixed(bytes);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Two FNV-1a hashes from different starts: plain http offers no hashing, and nothing here has to withstand an attacker. */
function mixed(bytes: Uint8Array): string {
  const one = (start: number) => {
    let hash = start;
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return one(0x811c9dc5) + one(0x2c1b3c6d);
}
