# The build's own vocabulary: add_module (a folder's library), add_unit_test (a folder's tests),
# add_fuzz_target (one parser under libFuzzer), and the options the presets set.

include(GNUInstallDirs)

option(PLUMBLINE_TESTS "Build the tests" ON)
option(PLUMBLINE_BENCH "Build the benchmarks" ON)
option(PLUMBLINE_FUZZ "Build the fuzz targets (clang only)" OFF)
option(PLUMBLINE_WERROR "Treat warnings in our own code as errors" ON)
option(PLUMBLINE_WHOLE_PROGRAM "Optimise over all files together, when linking (clang only)" OFF)
option(PLUMBLINE_PRECOMPILED "Read the headers that nearly every file includes once, not once a file" OFF)
option(PLUMBLINE_STATIC "Link the program with archives alone: nothing is left to load when it starts" OFF)
set(PLUMBLINE_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")
set(PLUMBLINE_PROFILE "" CACHE STRING "record: note what runs how often; a file: optimise by such notes")

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

if(PLUMBLINE_SANITIZE)
  # pointer-overflow: RapidJSON's stack adds an offset to a null pointer, which is harmless but reported.
  add_compile_options(-fsanitize=${PLUMBLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PLUMBLINE_SANITIZE})
  if(PLUMBLINE_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
endif()

if(PLUMBLINE_WHOLE_PROGRAM)
  add_compile_options(-flto=thin)
  add_link_options(-flto=thin)
endif()
if(PLUMBLINE_PROFILE STREQUAL "record")
  add_compile_options(-fprofile-generate)
  add_link_options(-fprofile-generate)
elseif(PLUMBLINE_PROFILE)
  # Code that no audit runs has no profile, and programs of the build have another main: as it should be.
  add_compile_options(-fprofile-use=${PLUMBLINE_PROFILE} -Wno-profile-instr-unprofiled -Wno-backend-plugin)
  add_link_options(-fprofile-use=${PLUMBLINE_PROFILE})
endif()

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
# Another Boost may lie beside it: Debian's default is 1.74, whose coroutines have other faults.
find_package(Boost 1.81 EXACT REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(ZLIB REQUIRED)
# Which kind of library was found is remembered; that is no good once the other kind is asked for.
if(NOT "${PLUMBLINE_WAS_STATIC}" STREQUAL "${PLUMBLINE_STATIC}")
  foreach(found yaml-cpp_DIR OPENSSL_CRYPTO_LIBRARY OPENSSL_SSL_LIBRARY pkgcfg_lib_RE2_re2
                pkgcfg_lib_UTF8PROC_utf8proc pkgcfg_lib_SQLITE3_sqlite3)
    unset(${found} CACHE)
  endforeach()
endif()
set(PLUMBLINE_WAS_STATIC ${PLUMBLINE_STATIC} CACHE INTERNAL "")
if(PLUMBLINE_STATIC)
  set(OPENSSL_USE_STATIC_LIBS TRUE)
  set(shared_suffixes ${CMAKE_FIND_LIBRARY_SUFFIXES})
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  # Its package file knows the shared library alone.
  find_library(YAML_CPP_ARCHIVE yaml-cpp REQUIRED)
  add_library(yaml-cpp STATIC IMPORTED GLOBAL)
  set_target_properties(yaml-cpp PROPERTIES IMPORTED_LOCATION ${YAML_CPP_ARCHIVE})
else()
  find_package(yaml-cpp REQUIRED)
endif()
find_package(OpenSSL REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)
if(PLUMBLINE_STATIC)
  set(CMAKE_FIND_LIBRARY_SUFFIXES ${shared_suffixes})
endif()

add_library(plumbline_warnings INTERFACE)
target_compile_options(plumbline_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${PLUMBLINE_WERROR}>:-Werror>)

# Of a file's compilation a third is reading the standard library, fmt and GoogleTest. Files include what they
# use all the same: presets without this (dev, gcc, tidy) see to that.
if(PLUMBLINE_PRECOMPILED)
  # Some files are compiled for threads, and all share the headers.
  add_compile_options(-pthread)
  file(WRITE ${PROJECT_BINARY_DIR}/generated/nothing.cpp "")
  function(add_precompiled_headers name)
    add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/generated/nothing.cpp)
    target_precompile_headers(${name} PRIVATE ${ARGN})
    # Without its time of writing the compiler cache can tell that it is the same.
    target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>)
  endfunction()
  set(common_headers <fmt/format.h> <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <set> <span>
                     <string> <string_view> <utility> <vector>)
  add_precompiled_headers(plumbline_precompiled ${common_headers})
  target_link_libraries(plumbline_precompiled PRIVATE plumbline_fmt)
endif()
# reuse_precompiled(TARGET [tests])
function(reuse_precompiled target)
  if(PLUMBLINE_PRECOMPILED AND ARGN)
    target_precompile_headers(${target} REUSE_FROM plumbline_tests_precompiled)
  elseif(PLUMBLINE_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM plumbline_precompiled)
  endif()
endfunction()

# add_module(NAME SOURCES a.cpp... [PUBLIC lib...] [PRIVATE lib...])
function(add_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(plumbline_${name} STATIC ${ARG_SOURCES})
  target_include_directories(plumbline_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(plumbline_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} plumbline_warnings)
  reuse_precompiled(plumbline_${name})
endfunction()

# Where the checkout is, for tests that read its files: in a header, so that compiling all others does not
# depend on the place and the compiler cache serves every checkout.
configure_file(${PROJECT_SOURCE_DIR}/cmake/source_dir.h.in ${PROJECT_BINARY_DIR}/generated/source_dir.h @ONLY)

# add_unit_test(NAME SOURCES a_test.cpp... LIBS lib... [THREADS]): one executable and one ctest a folder. The
# target test_programs builds whatever the quick tests start; threaded_test_programs what those of code with threads do.
function(add_unit_test name)
  cmake_parse_arguments(ARG "THREADS" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} plumbline_warnings GTest::gmock_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  reuse_precompiled(${name} tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS unit)
  add_dependencies(test_programs ${name})
  if(ARG_THREADS)
    set_tests_properties(${name} PROPERTIES LABELS "unit;threads")
    add_dependencies(threaded_test_programs ${name})
  endif()
endfunction()

# add_fuzz_target(NAME SOURCE LIBS lib...): libFuzzer program when PLUMBLINE_FUZZ is on; otherwise the same
# function linked to a driver that replays the kept seeds, so that every build runs them as a test.
function(add_fuzz_target name source)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  if(PLUMBLINE_FUZZ)
    add_executable(${name} ${source})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name} ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME ${name}_replay COMMAND ${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(${name}_replay PROPERTIES LABELS fuzz)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} plumbline_warnings)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
endfunction()
