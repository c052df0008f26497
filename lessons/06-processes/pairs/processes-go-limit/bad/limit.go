package limit

import (
	"fmt"
	"sync"
	"time"
)

const perMinute = 10

var (
	mu   sync.Mutex
	hits = map[string]int{}
)

func Allowed(client string) bool {
	minute := time.Now().Unix() / 60
	key := fmt.Sprintf("%s:%d", client, minute)
	mu.Lock()
	defer mu.Unlock()
	hits[key]++
	return hits[key] <= perMinute
}
