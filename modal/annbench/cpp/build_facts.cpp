#include "build_facts.hpp"

namespace ann {

const char* compiler() {
#if defined(__clang__)
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

const char* compiler_flags() { return ANNBENCH_FLAGS; }

const char* source_sha256() { return ANNBENCH_SOURCE_SHA256; }

}  // namespace ann
