#!/bin/sh
# The C checks of the bus, then our program on it.
/bin/socketcan
