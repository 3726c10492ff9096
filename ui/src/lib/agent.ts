/** "Firefox on Linux" from a User-Agent, enough for a person to recognise their own device. */
const PROGRAMS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/^curl/i, 'curl'],
  [/python|requests|httpx|aiohttp/i, 'Python'],
];
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];

export function agentName(agent: string | null): string {
  if (!agent) return '';
  const find = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1];
  return [find(PROGRAMS) ?? agent.split(/[/ ]/)[0], find(SYSTEMS)].filter(Boolean).join(' · ');
}
