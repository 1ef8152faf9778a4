package passes

import (
	"fmt"
	"github.com/adgen-go/adgen/ir"
	"os"
)

func dbg(x ...any) {
	if os.Getenv("ZZ") != "" {
		fmt.Fprintln(os.Stderr, x...)
	}
}

func dbgWhy(p program, w *witness) {
	if os.Getenv("ZZV") == "" || w == nil {
		return
	}
	t := newTrace(p.Func)
	t.run(w.env)
	for k, x := range w.env.Inputs {
		fmt.Fprint(os.Stderr, k, "=", x.Data[0], " ")
	}
	fmt.Fprintln(os.Stderr)
	for i, n := range t.order {
		if v := t.value[i]; v-v != 0 || v == 0 {
			ok := true
			for _, a := range n.Args {
				if u := t.value[t.place[a.ID]]; u-u != 0 {
					ok = false
				}
			}
			if ok {
				var text func(n *ir.Node, d int) string
				text = func(n *ir.Node, d int) string {
					if n.Kind == ir.Access {
						return n.Input.Name
					}
					if n.Kind == ir.Const {
						return fmt.Sprint(n.Value)
					}
					s := n.Prim.Name + "("
					for _, a := range n.Args {
						s += text(a, d-1) + " "
					}
					return s + fmt.Sprintf(":%.3g)", t.value[t.place[n.ID]])
				}
				fmt.Fprintln(os.Stderr, "     ", text(n, 8))
			}
		}
	}
}
