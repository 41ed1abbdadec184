"""Makes src/http/hold.wav: four quiet chords, 8 s, mono, 16 bit, 16 kHz, as ACS wants it. Run from the repository's root."""
import math
import struct
import wave

RATE, SECONDS = 16_000, 2.0
CHORDS = [(261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7)]

samples = []
for chord in CHORDS:
    total = int(RATE * SECONDS)
    for n in range(total):
        t = n / RATE
        swell = math.sin(math.pi * n / total) ** 0.5
        tone = sum(math.sin(2 * math.pi * f * t) + 0.3 * math.sin(4 * math.pi * f * t) for f in chord)
        samples.append(int(32767 * 0.12 * swell * tone / len(chord)))

with wave.open("src/http/hold.wav", "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(RATE)
    out.writeframes(b"".join(struct.pack("<h", s) for s in samples))
