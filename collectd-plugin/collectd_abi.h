// The only place that includes collectd's headers: they are C without extern "C" guards.
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

// collectd.h defines these as macros, but they are names in the standard library.
#undef min
#undef max
