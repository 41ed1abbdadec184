"""Makes src/http/beep.wav: the tone after which a message begins, 0.4 s, mono, 16 bit, 16 kHz. Run from the repository's root."""
import math
import struct
import wave

RATE, SECONDS, HERTZ = 16_000, 0.4, 1_000

total = int(RATE * SECONDS)
samples = []
for n in range(total):
    swell = min(1.0, n / 320, (total - n) / 320)
    samples.append(int(32767 * 0.2 * swell * math.sin(2 * math.pi * HERTZ * n / RATE)))

with wave.open("src/http/beep.wav", "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(RATE)
    out.writeframes(b"".join(struct.pack("<h", s) for s in samples))
