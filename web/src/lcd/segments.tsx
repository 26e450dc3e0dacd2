// Digits of seven segments with a point, the dark ones faintly there as on real glass.
const shapes: Record<string, string> = {
  0: 'abcdef', 1: 'bc', 2: 'abdeg', 3: 'abcdg', 4: 'bcfg', 5: 'acdfg', 6: 'acdefg', 7: 'abc', 8: 'abcdefg', 9: 'abcdfg', '-': 'g',
  A: 'abcefg', B: 'cdefg', C: 'adef', D: 'bcdeg', E: 'adefg', F: 'aefg', G: 'acdef', H: 'bcefg', I: 'ef', L: 'def', M: 'abcef', N: 'ceg', O: 'abcdef',
  P: 'abefg', R: 'eg', S: 'acdfg', T: 'defg', U: 'bcdef', Y: 'bcdfg',
};
// In a cell of 40 by 72, slanted by the group around it.
const paths: Record<string, string> = {
  a: 'M6 1h28l-6 7H12z', b: 'M36 3l2 3v26l-3 3-5-4V10z', c: 'M35 37l3 3v26l-2 3-6-7V41z', d: 'M12 64h16l6 7H6z',
  e: 'M5 37l5 4v21l-6 7-2-3V40z', f: 'M4 3l6 7v21l-5 4-3-3V6z', g: 'M7 36l5-4h16l5 4-5 4H12z',
};
interface Cell { lit: string; point: boolean }

/** The last `n` characters as cells; a point belongs to the digit before it. */
export function cellsOf(text: string, n: number): Cell[] {
  const cells: Cell[] = [];
  for (const char of text) {
    const last = cells[cells.length - 1];
    if (char === '.' && last) last.point = true;
    else cells.push({ lit: shapes[char.toUpperCase()] ?? '', point: false });
  }
  while (cells.length < n) cells.unshift({ lit: '', point: false });
  return cells.slice(-n);
}

export function Digits({ text, n, x, y, size = 1, class: extra = '' }: { text: string; n: number; x: number; y: number; size?: number; class?: string }) {
  return (
    <g transform={`translate(${x} ${y}) scale(${size}) skewX(-6)`} class={extra}>
      {cellsOf(text, n).map((cell, i) => (
        <g key={i} transform={`translate(${i * 55} 0)`}>
          {Object.entries(paths).map(([name, d]) => <path key={name} d={d} class={cell.lit.includes(name) ? 'seg on' : 'seg'} />)}
          <circle cx="46" cy="68" r="4.2" class={cell.point ? 'seg on' : 'seg'} />
        </g>
      ))}
    </g>
  );
}
