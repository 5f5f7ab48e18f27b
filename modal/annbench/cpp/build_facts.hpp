// What this core was made of: recorded beside every result.
#pragma once

namespace ann {

/// Name and version of the compiler.
const char* compiler();

/// The flags every file is compiled with; the kernels have more, for their instruction set.
const char* compiler_flags();

/// SHA-256 over the core's sources, as 64 hexadecimal digits.
const char* source_sha256();

}  // namespace ann
