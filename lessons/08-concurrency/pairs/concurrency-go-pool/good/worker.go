package worker

import "sync"

func Run(jobs <-chan Job, size int) {
	var wg sync.WaitGroup
	for i := 0; i < size; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				j.Render()
			}
		}()
	}
	wg.Wait()
}
