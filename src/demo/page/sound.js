// What is heard beside the text: prompts read aloud, key tones, and the chime of a ringing client.

import { $, isFile, known } from './page.js';

export const sound = {
  on: localStorage.getItem('switchboard.sound') !== 'off',
  context: null,
  ring: null,
  interrupting: null, // what was heard when the caller pressed or spoke

  set(on) {
    this.on = on;
    localStorage.setItem('switchboard.sound', on ? 'on' : 'off');
    if (!on) this.hush();
    renderSound();
    renderRing();
  },

  /** Reads a prompt aloud; when the voice lags two prompts behind, it catches up. */
  read(text) {
    const voice = window.speechSynthesis;
    if (!this.on || !voice || isFile(text)) return;
    if (voice.pending) voice.cancel();
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = 'en-US';
    utterance.rate = 1.1;
    voice.speak(utterance);
  },

  hush() {
    this.interrupting = null;
    window.speechSynthesis?.cancel();
  },

  /** The caller pressed or spoke: the voice stops when the line stops, not before. */
  interrupt(playing) {
    if (playing) this.interrupting = playing;
    else this.hush();
  },

  tone(frequencies, seconds, delay = 0, volume = 0.05) {
    if (!this.on || !navigator.userActivation?.hasBeenActive) return;
    this.context ??= new AudioContext();
    const start = this.context.currentTime + delay;
    const gain = this.context.createGain();
    gain.connect(this.context.destination);
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(volume, start + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + seconds);
    for (const frequency of frequencies) {
      const oscillator = this.context.createOscillator();
      oscillator.frequency.value = frequency;
      oscillator.connect(gain);
      oscillator.start(start);
      oscillator.stop(start + seconds);
    }
  },

  key(tone) {
    const place = '123456789*0#'.indexOf(tone);
    if (place >= 0) this.tone([[697, 770, 852, 941][Math.floor(place / 3)], [1209, 1336, 1477][place % 3]], 0.16);
  },

  chime() {
    this.tone([659, 988], 0.5);
    this.tone([784, 1175], 0.7, 0.28);
  },
};

export function renderSound() {
  $('sound').setAttribute('aria-pressed', String(sound.on));
  $('sound-icon').setAttribute('href', sound.on ? '#i-sound' : '#i-silent');
}

export function renderRing() {
  const ringing = sound.on && known.world.users.some((user) => user.client.state === 'ringing');
  if (ringing && !sound.ring) {
    sound.chime();
    sound.ring = setInterval(() => sound.chime(), 2200);
  } else if (!ringing && sound.ring) {
    clearInterval(sound.ring);
    sound.ring = null;
  }
}
