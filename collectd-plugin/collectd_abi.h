// collectd's headers, in the one place that includes them: they are C and know nothing of C++.
#pragma once

extern "C" {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wconversion"
// clang-format off
#include <collectd.h>
#include <configfile.h>
#include <plugin.h>
#include <liboconfig/oconfig.h>
// clang-format on
#pragma GCC diagnostic pop
}

// collectd.h defines these as macros; they are names in the standard library.
#undef min
#undef max
