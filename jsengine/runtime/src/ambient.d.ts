// Names of the Web platform's types that the library "esnext" lacks.

type BufferSource = ArrayBufferLike | ArrayBufferView;
