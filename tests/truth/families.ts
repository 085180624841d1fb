/** What is true of a family by its paper and its code, whatever a file says. */
export interface Truth {
  /** Categories of the survey (Long et al., IJCAI 2022) that hold; the second where the survey leaves it open. */
  interaction: string[];
  /** The order of a sequence of both; null where there is none. */
  sequence: string | null;
  /** Columns and rows of the patches, or of what is made of squares of them, where they stand in a grid. */
  grid: [number, number] | null;
}

const truth = (
  interaction: string,
  { sequence = null, grid = [2, 2] }: Partial<Omit<Truth, 'interaction'>> = {},
): Truth => ({ interaction: interaction.split(' or '), sequence, grid });

const alone = 'one modality';
const generative = { sequence: 'text image text' };

/** By family, as `models/vlpm_export/truth` names them. */
export const families: Record<string, Truth> = {
  bert: truth(alone, { grid: null }),
  vit: truth(alone),
  clip: truth('VSE'),
  siglip: truth('VSE'),
  vilt: truth('self-attention', { sequence: 'text image' }),
  'visual-bert': truth('self-attention', { sequence: 'text image', grid: null }),
  lxmert: truth('co-attention', { grid: null }),
  blip: truth('co-attention'),
  bridgetower: truth('co-attention'),
  flava: truth('self-attention', { sequence: 'image text' }),
  'vit-gpt2': truth('encoder-decoder'),
  'lead-word': truth('self-attention', { sequence: 'text image text' }),
  'picture-first': truth('self-attention', { sequence: 'image text' }),
  'linear-patches': truth('self-attention', { sequence: 'text image' }),
  'mixed-mask': truth('self-attention', { sequence: 'image text' }),
  pooled: truth('co-attention'),
  video: truth(alone, { grid: null }),
  tiles: truth(alone, { grid: null }),
  embedded: truth(alone, { grid: null }),
  florence2: truth(alone, { grid: null }),
  resampled: truth('self-attention', { sequence: 'image text' }),
  blip2: truth('self-attention'),
  align: truth('VSE', { grid: null }),
  git: truth('self-attention', { sequence: 'image text' }),
  t5: truth('encoder-decoder', { grid: null }),
  llava: truth('self-attention', generative),
  'qwen2-vl': truth('self-attention', generative),
  'with-past': truth(alone, { grid: null }),
  detr: truth(alone, { grid: [8, 8] }),
  deit: truth(alone),
  dinov2: truth(alone),
  swin: truth(alone, { grid: null }),
  clipseg: truth('VSE'),
  owlvit: truth('VSE'),
  'chinese-clip': truth('VSE'),
  altclip: truth('VSE'),
  siglip2: truth('VSE', { grid: null }),
  paligemma: truth('self-attention', { sequence: 'image text' }),
  gemma3: truth('self-attention', { sequence: 'text image text' }),
  idefics3: truth('self-attention', { ...generative, grid: null }),
  internvl: truth('self-attention', generative),
  'qwen2-5-vl': truth('self-attention', generative),
  trocr: truth('encoder-decoder'),
  'grounding-dino': truth('co-attention', { grid: null }),
  instructblip: truth('self-attention'),
  yolos: truth(alone),
  fuyu: truth('self-attention', generative),
};
