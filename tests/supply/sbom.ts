/**
 * `npm run sbom [-- file]`: the bill of materials of what is installed, as CycloneDX JSON, on the screen or in a file: every package with its
 * version, licence and hash. The same for the same lock file: without npm's serial number and time.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

interface Bill {
  bomFormat: string;
  serialNumber?: string;
  metadata: { timestamp?: string; component: { name: string; 'bom-ref': string } };
  components: unknown[];
}

const { npm_package_name: name = 'vlpm-playground' } = process.env;
const { stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
});
if (!stdout) throw new Error(`expected a bill of materials from npm, got: ${stderr.slice(0, 500)}`);
const bill = JSON.parse(stdout) as Bill;
delete bill.serialNumber;
delete bill.metadata.timestamp;
// npm takes the folder's name.
bill.metadata.component.name = name;
const text = JSON.stringify(bill, null, 2) + '\n';
const [file] = process.argv.slice(2);
if (file) {
  writeFileSync(file, text);
  console.log(`${file}: ${bill.bomFormat}, ${bill.components.length} components`);
} else process.stdout.write(text);
