package main

import (
	"fmt"
	"io"
	"runtime/debug"
)

func writeVersion(w io.Writer) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		fmt.Fprintln(w, "version unknown")
		return
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision", "vcs.modified":
			fmt.Fprintln(w, s.Key, s.Value)
		}
	}
}
