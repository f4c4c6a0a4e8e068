# The Debian packages, made by cpack from what `cmake --install` installs; packaging/build-packages.sh calls it. What debhelper
# does elsewhere is done by package_files.cmake (compressed pages, changelog, copyright) and in packaging/debian, which has the
# maintainer scripts of each package and the reasons for what lintian is told to leave out.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hotspot)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)  # for what is in /etc
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
  WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/package_files.cmake)

# The release of Debian is in the version: that of a newer Debian is newer.
set(debian "")
if(EXISTS /etc/os-release)
  file(STRINGS /etc/os-release debian REGEX "^VERSION_ID=")
endif()
string(REGEX REPLACE "[^0-9.]" "" debian "${debian}")
set(CPACK_DEBIAN_PACKAGE_RELEASE 1~deb${debian})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
# Whoever builds packages for others says who they are, as for Debian's own tools: DEBFULLNAME, DEBEMAIL.
set(HOTSPOT_MAINTAINER "Hotspot maintainers <hotspot@example.net>" CACHE STRING "Maintainer of the Debian packages")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${HOTSPOT_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL plugin actuator tools console library library_dev dashboards)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)

# package(COMPONENT NAME SECTION [DEPENDS …] [RECOMMENDS …] [SUGGESTS …]): the words of control; its description is in
# packaging/debian/NAME.description, its maintainer scripts and conffiles in packaging/debian/NAME.
macro(hotspot_package component name section)
  cmake_parse_arguments(package "ALL" "DEPENDS;RECOMMENDS;SUGGESTS" "" ${ARGN})
  string(TOUPPER ${component} upper)
  set(prefix CPACK_DEBIAN_${upper}_PACKAGE)
  set(${prefix}_NAME ${name})
  set(${prefix}_SECTION ${section})
  set(${prefix}_DEPENDS "${package_DEPENDS}")
  set(${prefix}_RECOMMENDS "${package_RECOMMENDS}")
  set(${prefix}_SUGGESTS "${package_SUGGESTS}")
  if(package_ALL)
    set(${prefix}_ARCHITECTURE all)
    set(${prefix}_SHLIBDEPS OFF)
  else()
    set(${prefix}_SHLIBDEPS ON)
  endif()
  file(GLOB ${prefix}_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/${name}/*)
  file(READ ${CMAKE_SOURCE_DIR}/packaging/debian/${name}.description CPACK_COMPONENT_${upper}_DESCRIPTION)
endmacro()

hotspot_package(plugin collectd-plugin-hotspot utils
  DEPENDS "collectd-core (>= 5.12), collectd-core (<< 5.13)" RECOMMENDS "collectd" SUGGESTS "hotspot-tools, redis-server, rrdcached")
hotspot_package(actuator hotspot-actuator admin
  DEPENDS "systemd | systemd-standalone-sysusers, init-system-helpers (>= 1.54~)"
  RECOMMENDS "hotspot-tools" SUGGESTS "redis-server, libvirt-daemon-system, openssh-client")
hotspot_package(tools hotspot-tools admin SUGGESTS "hotspot-actuator, bash-completion")
hotspot_package(console hotspot-console admin
  DEPENDS "init-system-helpers (>= 1.54~)" SUGGESTS "hotspot-tools, redis-server")
hotspot_package(library libhotspot0 libs SUGGESTS "hotspot-tools")
hotspot_package(library_dev libhotspot-dev libdevel DEPENDS "libhotspot0 (= ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_DEBIAN_LIBRARY_DEV_PACKAGE_SHLIBDEPS OFF)  # it has no program
hotspot_package(dashboards hotspot-dashboards web ALL DEPENDS "python3" SUGGESTS "graphite-web")

set(HOTSPOT_PACKAGING ${CMAKE_SOURCE_DIR}/packaging/debian)
set(HOTSPOT_SAMPLE ${CMAKE_SOURCE_DIR}/collectd-plugin/collectd.conf.d/hotspot.conf)
set(HOTSPOT_STRIP_PROGRAM ${CMAKE_STRIP})
configure_file(cmake/package_settings.cmake.in package_settings.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package_settings.cmake)
include(CPack)
