# Writes hotspot_revision.h: the commit, and how it is built. "release": not a checkout.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 OUTPUT_VARIABLE revision
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR revision STREQUAL "")
  set(revision "release")
endif()
if(REDIS_TLS)
  set(tls "yes")
else()
  set(tls "no (hiredis without it)")
endif()
if(BUILD_TYPE STREQUAL "")
  set(BUILD_TYPE "without a type")
endif()
set(text "#pragma once

namespace hotspot {
inline constexpr const char* kRevision = \"${revision}\";
inline constexpr const char* kBuildType = \"${BUILD_TYPE}\";
inline constexpr const char* kCompiler = \"${COMPILER}\";
inline constexpr const char* kRedisTls = \"${tls}\";
}  // namespace hotspot
")
set(before "")
if(EXISTS ${OUT})
  file(READ ${OUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
