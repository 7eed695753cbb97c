pub fn f() -> bool { tch::get_num_threads() > 0 }
