// app/main: the program `matinee`; everything is in the library so that tests can reach it.
#include "app/command_line.h"

int main(int argc, char** argv) { return matinee::app::run_command_line(argc, argv); }
