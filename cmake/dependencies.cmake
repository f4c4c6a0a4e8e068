# What the programs link, each under one name.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(date REQUIRED)
pkg_check_modules(libvirt REQUIRED IMPORTED_TARGET libvirt>=9.0)
pkg_check_modules(librrd REQUIRED IMPORTED_TARGET librrd>=1.7)
pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo>=1.16)
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo>=1.44)  # pictures of replays
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis>=0.14)
# TLS to Redis: hiredis has it from 1.0 on. Without it, what asks for TLS is refused with a sentence.
pkg_check_modules(hiredis_ssl IMPORTED_TARGET hiredis_ssl>=1.0)
find_package(ZLIB REQUIRED)  # stored inputs of decisions
find_package(OpenSSL REQUIRED)  # signatures of snapshots
set(HOTSPOT_REDIS_TLS OFF)
if(hiredis_ssl_FOUND)
  set(HOTSPOT_REDIS_TLS ON)
endif()
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(libmicrohttpd REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(libcurl REQUIRED IMPORTED_TARGET libcurl>=7.88)  # events for Graphite
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

# collectd's headers: Debian has them in collectd-dev, without a pkg-config file that names the folders.
find_path(COLLECTD_INCLUDE_DIR collectd/core/daemon/plugin.h REQUIRED)
add_library(collectd_headers INTERFACE)
target_include_directories(collectd_headers SYSTEM INTERFACE ${COLLECTD_INCLUDE_DIR}/collectd
  ${COLLECTD_INCLUDE_DIR}/collectd/core ${COLLECTD_INCLUDE_DIR}/collectd/core/daemon)
target_compile_definitions(collectd_headers INTERFACE HAVE_CONFIG_H)
