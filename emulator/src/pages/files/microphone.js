// Runs beside the sound: gathers 20 ms of the microphone and posts it as 16-bit samples.

const FRAME = 320;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
  }

  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.frame[this.filled] = Math.max(-1, Math.min(1, sample)) * 32767;
      this.filled += 1;
      if (this.filled < FRAME) continue;
      this.port.postMessage(this.frame.buffer.slice(0));
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor('microphone', Microphone);
