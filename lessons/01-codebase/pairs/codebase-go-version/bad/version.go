package main

import (
	"fmt"
	"io"
)

// raise this at every release
const version = "1.4.2-prod"

func writeVersion(w io.Writer) {
	fmt.Fprintln(w, "version", version)
}
