package limit

import (
	"fmt"
	"time"

	"github.com/gomodule/redigo/redis"
)

const perMinute = 10

func Allowed(con redis.Conn, client string) (bool, error) {
	minute := time.Now().Unix() / 60
	key := fmt.Sprintf("%s:%d", client, minute)
	con.Send("MULTI")
	con.Send("INCR", key)
	con.Send("EXPIRE", key, 120)
	n, err := redis.Ints(con.Do("EXEC"))
	if err != nil {
		return false, err
	}
	return n[0] <= perMinute, nil
}
