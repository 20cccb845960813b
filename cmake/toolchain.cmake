# Warnings, sanitizers, ccache and mold; everything that is true of the whole build.

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -fno-omit-frame-pointer)
if(MATINEE_WERROR)
  add_compile_options(-Werror)
endif()

# libstdc++ 12's stable_sort calls a function that C++17 deprecates; only clang says so.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(-Wno-deprecated-declarations)
endif()

# Position-independent paths keep the compiler cache useful across checkouts.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

if(MATINEE_SANITIZE)
  add_compile_options(-fsanitize=${MATINEE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MATINEE_SANITIZE})
endif()
if(MATINEE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(MATINEE_CCACHE ccache)
if(MATINEE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MATINEE_CCACHE})
endif()

find_program(MATINEE_MOLD mold)
if(MATINEE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
