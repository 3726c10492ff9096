/** The organisation's scale for security objectives: what the stored 0–4 is called. */
import { get } from '../api/transport';

const SCALES: Record<string, string[]> = {
  '0-3': ['0', '1', '2', '3', '3'],
  '1-4': ['1', '2', '3', '4', '4'],
  '0-4': ['0', '1', '2', '3', '4'],
  '1-5': ['1', '2', '3', '4', '5'],
  'FIPS-199': ['low', 'moderate', 'moderate', 'high', 'high'],
};

export const SCALE_NAMES = Object.keys(SCALES);

class Scale {
  name = $state('1-4');
  private asked = false;

  /** Asked once; the default stands when the settings are not readable. */
  async load() {
    if (this.asked) return;
    this.asked = true;
    const settings = await get<{ security_objective_scale?: string }>('settings/general/object/').catch(
      () => null,
    );
    if (settings?.security_objective_scale) this.use(settings.security_objective_scale);
  }

  use(name: string) {
    if (name in SCALES) this.name = name;
  }

  label(stored: number): string {
    return SCALES[this.name]?.[stored] ?? String(stored);
  }

  /** One option for each distinct label, with the smallest stored value that shows it; `keep` stays choosable. */
  options(keep: number | null): { value: number; label: string }[] {
    const labels = SCALES[this.name] ?? [];
    const seen = new Map<string, number>();
    labels.forEach((label, value) => {
      if (!seen.has(label) || value === keep) seen.set(label, value);
    });
    return [...seen].map(([label, value]) => ({ label, value }));
  }
}

export const scale = new Scale();
export const SECURITY_OBJECTIVES = [
  'confidentiality',
  'integrity',
  'availability',
  'proof',
  'authenticity',
  'privacy',
  'safety',
];
export const RECOVERY_OBJECTIVES = ['rto', 'rpo', 'mtd'];
