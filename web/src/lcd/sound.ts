// The buzzer, heard only where somebody turned sound on: one beep a second, a steady tone, or a chirp.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LcdModel } from './model';

const TONE_HZ = 2300, LOUD = 0.04, TICK_MS = 50, BEEP_MS = 200, EVERY_MS = 1000, REMIND_MS = 300;

export function useBuzzer(buzzer: LcdModel['buzzer'] | undefined) {
  const [on, setOn] = useState(false);
  const sound = useRef<{ context: AudioContext; gain: GainNode } | null>(null);
  const now = useRef({ rhythm: 'off', since: 0, reminded: 0 });
  useEffect(() => {
    if (!buzzer) return;
    const at = performance.now(), was = now.current;
    if (buzzer.rhythm !== was.rhythm) now.current = { ...was, rhythm: buzzer.rhythm, since: at };
    if (buzzer.reminded_ms_ago !== null) { // shorter than the time between two looks: told by its age
      const moment = at - buzzer.reminded_ms_ago;
      if (buzzer.reminded_ms_ago < EVERY_MS && moment - was.reminded > EVERY_MS) now.current.reminded = at;
    }
  }, [buzzer]);
  useEffect(() => {
    if (!on) return;
    const context = new AudioContext(), gain = context.createGain(), tone = context.createOscillator();
    tone.type = 'square'; tone.frequency.value = TONE_HZ; gain.gain.value = 0;
    tone.connect(gain).connect(context.destination);
    tone.start();
    sound.current = { context, gain };
    const timer = setInterval(() => {
      const at = performance.now(), { rhythm, since, reminded } = now.current;
      const sounds = rhythm === 'fault' || (rhythm === 'alarm' && (at - since) % EVERY_MS < BEEP_MS) || (reminded > 0 && at - reminded < REMIND_MS);
      gain.gain.setTargetAtTime(sounds ? LOUD : 0, context.currentTime, 0.005);
    }, TICK_MS);
    return () => { clearInterval(timer); sound.current = null; void context.close(); };
  }, [on]);
  return { on, setOn };
}
