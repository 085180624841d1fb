/** A known weakness of a package that is used here. */
export interface Advisory {
  /** All names of it: GHSA, CVE, PYSEC. */
  ids: string[];
  package: string;
  /** Of npm; Python's list has none. */
  severity: string;
  what: string;
}

/** A weakness that may stay for a while. `until` is the last day, after which it fails again. */
export interface Accepted {
  id: string;
  package: string;
  since: string;
  until: string;
  why: string;
}

/** What a tool found, or why it could check nothing. */
export type Audit = { advisories: Advisory[]; checked: number } | { problem: string };

interface NpmReport {
  message?: string;
  error?: { summary?: string };
  vulnerabilities?: Record<
    string,
    { via: (string | { name: string; title: string; url: string; severity: string })[] }
  >;
  metadata?: { dependencies: { total: number } };
}

/** Reads `npm audit --json` (report version 2), or what npm says instead where the registry offers no audits. */
export function readNpm(output: string): Audit {
  const { vulnerabilities, metadata, message, error } = parse<NpmReport>(output);
  if (!vulnerabilities) return { problem: message ?? error?.summary ?? 'npm gave no report' };
  const found = new Map<string, Advisory>();
  for (const { via } of Object.values(vulnerabilities))
    for (const cause of via)
      if (typeof cause !== 'string') {
        const id = cause.url.slice(cause.url.lastIndexOf('/') + 1);
        found.set(`${id} ${cause.name}`, {
          ids: [id],
          package: cause.name,
          severity: cause.severity,
          what: cause.title,
        });
      }
  return { advisories: [...found.values()], checked: metadata?.dependencies.total ?? 0 };
}

interface PipReport {
  dependencies?: {
    name: string;
    skip_reason?: string;
    vulns?: { id: string; aliases: string[]; description: string }[];
  }[];
}

/** Reads `pip-audit --format json`. A list of which every package was passed over says that the index offers no audits. */
export function readPip(output: string): Audit {
  const { dependencies } = parse<PipReport>(output);
  if (!dependencies) return { problem: 'pip-audit gave no report' };
  const checked = dependencies.filter(({ skip_reason: reason }) => reason === undefined);
  if (checked.length === 0)
    return { problem: dependencies[0]?.skip_reason ?? 'pip-audit was given no packages' };
  const advisories = checked.flatMap(({ name, vulns = [] }) =>
    vulns.map(({ id, aliases, description }) => ({
      ids: [id, ...aliases],
      package: name,
      severity: 'unrated',
      what: description.split('\n')[0].slice(0, 120),
    })),
  );
  return { advisories, checked: checked.length };
}

/** Parts what is found into what is accepted today and what is not, and names what is accepted without need. */
export function weigh(
  advisories: readonly Advisory[],
  accepted: readonly Accepted[],
  today: string,
): { open: Advisory[]; borne: [Advisory, Accepted][]; needless: Accepted[] } {
  const valid = accepted.filter(({ until }) => until >= today);
  const match = (advisory: Advisory) =>
    valid.find(({ id, package: name }) => advisory.ids.includes(id) && advisory.package === name);
  const borne = advisories.flatMap((advisory): [Advisory, Accepted][] => {
    const why = match(advisory);
    return why ? [[advisory, why]] : [];
  });
  return {
    open: advisories.filter((advisory) => !match(advisory)),
    borne,
    needless: accepted.filter((entry) => !borne.some(([, why]) => why === entry)),
  };
}

function parse<T extends object>(output: string): T | Record<string, never> {
  try {
    return JSON.parse(output) as T;
  } catch {
    return {};
  }
}
